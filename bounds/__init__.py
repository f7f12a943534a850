"""Catalogues: one package per paper, its statements in the paper's order and with its labels.

Data only: no numerics.  A catalogue imports the vocabulary and the record types of `mpgcert.claims` and is
found through the entry point group `mpgcert.bounds`.
"""
