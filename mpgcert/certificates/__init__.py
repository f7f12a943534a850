"""Certificates that anyone can check, and their independent verifier."""
