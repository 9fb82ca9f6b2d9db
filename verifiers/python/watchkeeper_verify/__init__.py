"""A second verifier of evidence packages, written from the documents alone.

It is not the product's verifier and shares no code with it. It needs Python 3.9 and nothing else.
It keeps: input never raises, memory has a bound, and no key from the package is a reason to trust it.
"""
