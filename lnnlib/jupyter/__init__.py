"""What Jupyter is told: the launcher, the server's settings, the hook that saves pictures."""
