from lemonade_server.wire.errors import Bad, No, Reply


def test_each_error_carries_what_its_reply_needs() -> None:
    assert Bad("unknown command").text == "unknown command"
    no = No("no such mailbox", b"TRYCREATE")
    assert (no.text, no.code) == ("no such mailbox", b"TRYCREATE")
    assert No("can not").code == b""
    reply = Reply(554, "5.6.6", "the URL did not resolve")
    assert (reply.code, reply.enhanced) == (554, "5.6.6")
    assert str(reply) == "554 5.6.6 the URL did not resolve"
