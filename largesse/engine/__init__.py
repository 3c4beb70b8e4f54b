"""The decision: given this customer, this cart and these campaigns, what happens? No I/O in
here.
"""
