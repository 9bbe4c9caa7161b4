"""The landscape approach (lecture 6.2)."""
from .landscape_gallery import landscape_gallery

__all__ = ["landscape_gallery"]
