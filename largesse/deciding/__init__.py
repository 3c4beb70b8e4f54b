"""What all decisions share: read, decide, write, and again if a race is lost; and the rows that
they leave behind.
"""
