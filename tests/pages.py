"""The pages of the course, read from the notebooks once for all tests."""
from functools import cache

from lnnlib.site.book import read_book

read = cache(read_book)
