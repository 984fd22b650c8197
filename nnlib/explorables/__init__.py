"""The explorables, one module for each lesson."""
