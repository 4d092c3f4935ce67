"""The structure of a script (RFC 5228 §8.2): commands, arguments, tests and blocks.

What the words mean is judged by the compiler. Nesting is bounded, so no script is too deep to read.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .errors import ScriptError
from .lexer import ScriptSource, Token, TokenKind, tokens

MAX_DEPTH = 32
"""Blocks and tests within each other; RFC 5228 §2.10.5 asks for 15."""


MAX_TOKENS = 150_000
"""Words, strings and marks of a script, comments not counted; ten thousand rules have room. It may
be compiled while its owner's mail is delivered, and all other mail waits for that.
"""


@dataclass(slots=True)
class Argument:
    """One argument. ``strings`` is set for strings and lists of them."""

    kind: TokenKind
    offset: int
    tag: str = ""
    number: int = 0
    strings: list[str] = field(default_factory=list)
    is_list: bool = False


@dataclass(slots=True)
class ScriptNode:
    """A command or a test. ``block`` None: it ended with a semicolon, or is a test.

    ``listed``: the tests stood in parentheses.
    """

    name: str
    offset: int
    arguments: list[Argument] = field(default_factory=list)
    tests: list[ScriptNode] = field(default_factory=list)
    listed: bool = False
    block: list[ScriptNode] | None = None


def parse(source: ScriptSource) -> tuple[list[ScriptNode], int]:
    """The commands of a script, and of how many tokens it is made. Raises ScriptError."""
    parser = _Parser(source)
    return parser.script(), parser.count


class _Parser:
    def __init__(self, source: ScriptSource) -> None:
        self._source = source
        self._tokens = tokens(source)
        self._token = next(self._tokens)
        self._depth = 0
        self.count = 0

    def script(self) -> list[ScriptNode]:
        found = self._commands()
        if self._token.kind is not TokenKind.END:
            raise self._unexpected_token("a command")
        return found

    def _advance(self) -> Token:
        token = self._token
        if token.kind is not TokenKind.END:
            self._token = next(self._tokens)
            self.count += 1
            if self.count > MAX_TOKENS:
                text = f"A script has at most {MAX_TOKENS} words, strings and marks"
                raise self._source.error(text, token.offset)
        return token

    def _at(self, mark: str) -> bool:
        return self._token.kind is TokenKind.MARK and self._token.value == mark

    def _maybe(self, mark: str) -> bool:
        if self._at(mark):
            self._advance()
            return True
        return False

    def _expect(self, mark: str, wanted: str) -> None:
        if not self._maybe(mark):
            raise self._unexpected_token(wanted)

    def _unexpected_token(self, wanted: str) -> ScriptError:
        token = self._token
        found = token.kind.value
        if token.kind in (TokenKind.MARK, TokenKind.WORD):
            found = repr(token.value)
        elif token.kind is TokenKind.TAG:
            found = f"':{token.value}'"
        return self._source.error(f"Here should be {wanted}, not {found}", token.offset)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._source.error(
                f"More than {MAX_DEPTH} blocks or tests within each other", self._token.offset
            )

    def _commands(self) -> list[ScriptNode]:
        found = []
        while self._token.kind is TokenKind.WORD:
            found.append(self._command())
        return found

    def _command(self) -> ScriptNode:
        node = self._head()
        if self._maybe("{"):
            self._deeper()
            node.block = self._commands()
            self._expect("}", "a command or '}'")
            self._depth -= 1
        else:
            self._expect(";", "';'" if not self._at("}") else "';' before '}'")
        return node

    def _head(self) -> ScriptNode:
        """A word with its arguments and tests."""
        word = self._advance()
        node = ScriptNode(word.value, word.offset, self._arguments())
        if self._token.kind is TokenKind.WORD:
            node.tests = [self._test()]
        elif self._maybe("("):
            node.listed = True
            self._deeper()
            node.tests = [self._test()]
            while self._maybe(","):
                node.tests.append(self._test())
            self._expect(")", "',' or ')'")
            self._depth -= 1
        return node

    def _test(self) -> ScriptNode:
        if self._token.kind is not TokenKind.WORD:
            raise self._unexpected_token("a test")
        self._deeper()
        node = self._head()
        self._depth -= 1
        return node

    def _arguments(self) -> list[Argument]:
        found = []
        while True:
            token = self._token
            if token.kind is TokenKind.TAG:
                found.append(Argument(TokenKind.TAG, token.offset, tag=token.value))
            elif token.kind is TokenKind.NUMBER:
                found.append(Argument(TokenKind.NUMBER, token.offset, number=token.number))
            elif token.kind is TokenKind.STRING:
                found.append(Argument(TokenKind.STRING, token.offset, strings=[token.value]))
            elif self._at("["):
                found.append(self._list())
                continue
            else:
                return found
            self._advance()

    def _list(self) -> Argument:
        start = self._advance()
        strings = [self._string()]
        while self._maybe(","):
            strings.append(self._string())
        self._expect("]", "',' or ']'")
        return Argument(TokenKind.STRING, start.offset, strings=strings, is_list=True)

    def _string(self) -> str:
        if self._token.kind is not TokenKind.STRING:
            raise self._unexpected_token("a string")
        return self._advance().value
