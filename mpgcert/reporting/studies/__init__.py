"""The folder `reports/`: what was found about the papers and the built-in games, written by one command.

`python -m mpgcert.reporting.studies` (or `make reports`) writes it; `--quick` writes a smaller set elsewhere.  Files
hold no times and nothing of the machine, so that the same sources give the same bytes.
"""
