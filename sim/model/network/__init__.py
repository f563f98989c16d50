"""Who reads whom: families, files and graphs as lists of ties."""
