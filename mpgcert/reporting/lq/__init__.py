"""The sections and plots of a report about a linear-quadratic game."""
