"""Sans-IO grammar: bytes in, values and bytes out. No asyncio, no Django, no clock."""
