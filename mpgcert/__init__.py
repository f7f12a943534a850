"""mpgcert: certified checks of theorems on policy gradient in games, on your game."""

__version__ = "0.1.0"
