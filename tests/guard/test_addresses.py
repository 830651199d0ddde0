"""The address rule: what is public, what the operator allowed, and the spellings in which an address can hide."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.addresses import AddressRefused, AddressRule, literal_address

PUBLIC_ONLY = AddressRule()
LOOPBACK_TOO = AddressRule((ip_network("127.0.0.0/8"),))

NOT_PUBLIC = [
    pytest.param("127.0.0.1", "this machine", id="loopback"),
    pytest.param("127.255.255.254", "this machine", id="the far end of loopback"),
    pytest.param("0.0.0.0", "this network", id="the address of nobody"),
    pytest.param("10.1.2.3", "private", id="private ten"),
    pytest.param("172.31.255.255", "private", id="private 172"),
    pytest.param("192.168.1.1", "private", id="private 192"),
    pytest.param("100.64.0.1", "provider", id="carrier-grade NAT"),
    pytest.param("100.100.100.200", "provider", id="metadata of a cloud inside carrier-grade NAT"),
    pytest.param("169.254.169.254", "metadata", id="metadata of most clouds"),
    pytest.param("168.63.129.16", "cloud", id="a cloud's service at a public address"),
    pytest.param("192.0.0.192", "protocols", id="metadata of one cloud in the protocol range"),
    pytest.param("192.0.2.1", "documentation", id="documentation one"),
    pytest.param("198.51.100.7", "documentation", id="documentation two"),
    pytest.param("203.0.113.9", "documentation", id="documentation three"),
    pytest.param("198.19.0.1", "benchmarks", id="benchmarks"),
    pytest.param("192.88.99.1", "6to4 relay", id="6to4 relay"),
    pytest.param("224.0.0.251", "multicast", id="multicast"),
    pytest.param("240.0.0.1", "reserved", id="reserved"),
    pytest.param("255.255.255.255", "broadcast", id="broadcast"),
    pytest.param("::1", "this machine", id="IPv6 loopback"),
    pytest.param("::", "this network", id="IPv6 address of nobody"),
    pytest.param("fe80::1", "link-local", id="IPv6 link-local"),
    pytest.param("fe80::1%eth0", "link-local", id="IPv6 link-local with its zone"),
    pytest.param("fec0::1", "private", id="IPv6 site-local"),
    pytest.param("fd00:ec2::254", "private", id="IPv6 metadata of a cloud"),
    pytest.param("ff02::1", "multicast", id="IPv6 multicast"),
    pytest.param("2001:db8::1", "documentation", id="IPv6 documentation"),
    pytest.param("3fff::1", "documentation", id="IPv6 documentation, the newer net"),
    pytest.param("100::1", "black hole", id="IPv6 black hole"),
    pytest.param("4000::1", "not public", id="IPv6 beyond global unicast"),
    pytest.param("2001:2::1", "protocols", id="IPv6 benchmarks"),
    pytest.param("::ffff:127.0.0.1", "127.0.0.1", id="loopback as IPv4-mapped"),
    pytest.param("::127.0.0.1", "127.0.0.1", id="loopback as IPv4-compatible"),
    pytest.param("::ffff:0:10.0.0.1", "10.0.0.1", id="private as IPv4-translated"),
    pytest.param("64:ff9b::a00:1", "10.0.0.1", id="private through NAT64"),
    pytest.param("64:ff9b::808:808", "NAT64", id="NAT64 to a public address"),
    pytest.param("64:ff9b:1::1", "64:ff9b:1::1", id="NAT64 of a local network"),
    pytest.param("2002:a9fe:a9fe::1", "169.254.169.254", id="metadata through 6to4"),
    pytest.param("2002:808:808::1", "6to4", id="6to4 to a public address"),
    pytest.param("2001:0:4136:e378:8000:63bf:f5ff:fffe", "10.0.0.1", id="private through Teredo"),
    pytest.param("example.com", "no address", id="a name is no address"),
]


@pytest.mark.parametrize(("address", "reason"), NOT_PUBLIC)
def test_what_is_not_public_is_refused(address: str, reason: str) -> None:
    assert reason in str(PUBLIC_ONLY.refusal(address))


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("8.8.8.8", id="a public address"),
        pytest.param("172.32.0.1", id="just beyond a private net"),
        pytest.param("2606:4700::1111", id="a public IPv6 address"),
        pytest.param("::ffff:8.8.8.8", id="a public address as IPv4-mapped"),
    ],
)
def test_public_addresses_are_not_refused(address: str) -> None:
    assert PUBLIC_ONLY.refusal(address) is None


def test_addresses_may_be_handed_over_as_values() -> None:
    assert PUBLIC_ONLY.refusal(IPv4Address("10.0.0.1"))
    assert PUBLIC_ONLY.refusal(IPv6Address("::1"))


@pytest.mark.parametrize(
    ("networks", "address", "allowed"),
    [
        pytest.param(["127.0.0.0/8"], "127.0.0.1", True, id="what the operator named"),
        pytest.param(["127.0.0.0/8"], "::ffff:127.0.0.1", True, id="the same written as IPv6"),
        pytest.param(["127.0.0.0/8"], "::1", False, id="nothing beside it"),
        pytest.param(["127.0.0.0/8"], "64:ff9b::7f00:1", False, id="no way around through NAT64"),
        pytest.param(["64:ff9b::/96"], "64:ff9b::808:808", True, id="NAT64 where there is no IPv4"),
        pytest.param(["64:ff9b::/96"], "64:ff9b::7f00:1", False, id="and not the loopback behind it"),
        pytest.param(["0.0.0.0/0"], "169.254.169.254", True, id="everything is everything"),
    ],
)
def test_the_operator_may_allow_networks(networks: list[str], address: str, allowed: bool) -> None:
    rule = AddressRule(tuple(ip_network(network) for network in networks))
    assert (rule.refusal(address) is None) is allowed


LOOPBACK_SPELLINGS = [
    pytest.param("http://127.0.0.1/", id="plain"),
    pytest.param("http://127.0.0.1:8000/x?y#z", id="with a port and the rest"),
    pytest.param("http://2130706433/", id="one decimal number"),
    pytest.param("http://0x7f000001/", id="one hexadecimal number"),
    pytest.param("http://017700000001/", id="one octal number"),
    pytest.param("http://0177.0.0.1/", id="octal parts"),
    pytest.param("http://0x7f.0x0.0x0.0x1/", id="hexadecimal parts"),
    pytest.param("http://0X7F.1/", id="hexadecimal in capitals, and short"),
    pytest.param("http://127.1/", id="short"),
    pytest.param("http://127.0.1/", id="three parts"),
    pytest.param("http://127.0.0.1./", id="a dot behind"),
    pytest.param("http://%31%32%37.0.0.1/", id="escaped digits"),
    pytest.param("http://１２７.0.0.1/", id="full-width digits"),
    pytest.param("http://①②⑦.0.0.1/", id="circled digits"),
    pytest.param("http://127。0。0。1/", id="ideographic full stops"),
    pytest.param("http://127.0.0\u00ad.1/", id="a soft hyphen inside"),
    pytest.param("http://127.0.\u200b0.1/", id="an invisible space inside"),
    pytest.param("http:\\\\127.0.0.1\\", id="backslashes"),
    pytest.param("ht\ttp://127.0.\n0.1/", id="tab and line end inside"),
    pytest.param(" \x00http://127.0.0.1/ ", id="white space and controls around"),
    pytest.param("HTTP:127.0.0.1", id="no slashes"),
    pytest.param("http:////127.0.0.1", id="four slashes"),
    pytest.param("http://[::ffff:127.0.0.1]/", id="IPv4-mapped"),
    pytest.param("http://[0:0:0:0:0:ffff:7f00:0001]/", id="IPv4-mapped at length"),
    pytest.param("http://localhost/", id="by name"),
    pytest.param("http://LocalHost.:80/", id="by name in mixed case with a dot"),
    pytest.param("http://ａ.localhost/", id="a name under localhost"),
]


@pytest.mark.parametrize("url", LOOPBACK_SPELLINGS)
def test_loopback_is_refused_however_it_is_spelled(url: str) -> None:
    assert PUBLIC_ONLY.refuse_url(url)


@pytest.mark.parametrize("url", LOOPBACK_SPELLINGS)
def test_loopback_is_allowed_however_it_is_spelled_once_the_operator_named_it(url: str) -> None:
    assert LOOPBACK_TOO.refuse_url(url) is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param("http://0/", "this network", id="zero"),
        pytest.param("http://[::1]/", "this machine", id="IPv6 loopback"),
        pytest.param("http://[::1%25lo]/", "this machine", id="IPv6 with an escaped zone"),
        pytest.param("http://[::]/", "this network", id="IPv6 zero"),
        pytest.param("http://jo@example.com/", "login", id="a login"),
        pytest.param("http://example.com@127.0.0.1/", "login", id="a login that looks like the host"),
        pytest.param("http://example.com\\@127.0.0.1/", "login", id="a host for one reader, a login for another"),
        pytest.param("ftp://example.com/", "neither http nor https", id="another protocol"),
        pytest.param("file:///etc/passwd", "neither http nor https", id="a file"),
        pytest.param("gopher://127.0.0.1:25/x", "neither http nor https", id="gopher"),
        pytest.param("javascript:alert(1)", "neither http nor https", id="a script"),
        pytest.param("//example.com/", "no web address", id="no scheme"),
        pytest.param("", "no web address", id="nothing"),
        pytest.param("http://", "no host", id="no host"),
        pytest.param("http://./", "no host", id="a host of one dot"),
        pytest.param("http://a b/", "no host", id="a space in the host"),
        pytest.param("http://a%00.example.com/", "no host", id="NUL in the host"),
        pytest.param("http://a%2fb.example.com/", "no host", id="an escaped slash in the host"),
        pytest.param("http://[::1/", "no host", id="an open bracket"),
        pytest.param("http://[example.com]/", "no host", id="a name in brackets"),
        pytest.param("http://example.com:80:80/", "no host", id="two ports"),
        pytest.param("http://example.com:http/", "no host", id="a port of letters"),
        pytest.param("http://1.2.3.4.5/", "no host", id="five numbers"),
        pytest.param("http://256.1.1.1/", "no host", id="a part that is too large"),
        pytest.param("http://4294967296/", "no host", id="a number that is too large"),
        pytest.param("http://08/", "no host", id="an octal number that is none"),
        pytest.param("http://0x" + "f" * 5000 + "/", "no host", id="a very long number"),
        pytest.param("http://printer.local/", "local network", id="a name of the local link"),
        pytest.param("http://metadata.google.internal/", "local network", id="metadata by name"),
    ],
)
def test_a_url_is_refused_with_its_reason(url: str, reason: str) -> None:
    assert reason in str(PUBLIC_ONLY.refuse_url(url))


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://example.com/a@b", id="an at sign in the path"),
        pytest.param("https://example.com?x=a@b", id="an at sign in the query"),
        pytest.param("https://example.com:8443/", id="a port"),
        pytest.param("https://bücher.example/", id="an international name"),
        pytest.param("https://1.example.com/", id="a name with a number in front"),
        pytest.param("https://localhost.example.com/", id="a name that begins like this machine"),
        pytest.param("https://8.8.8.8/", id="a public address"),
        pytest.param("https://[2606:4700::1111]/", id="a public IPv6 address"),
    ],
)
def test_public_urls_are_not_refused(url: str) -> None:
    assert PUBLIC_ONLY.refuse_url(url) is None


def test_local_names_are_left_to_the_resolver_once_a_network_is_allowed() -> None:
    assert AddressRule((ip_network("10.0.0.0/8"),)).refuse_url("http://wiki.internal/") is None


def test_a_reason_shows_no_control_characters_of_the_page() -> None:
    assert "\x1b" not in str(PUBLIC_ONLY.refuse_url("http://a\x1b[31mb/"))
    assert len(str(PUBLIC_ONLY.refuse_url("x" * 10_000))) < 200


def test_the_refusal_carries_its_reason() -> None:
    assert AddressRefused("10.0.0.1 is a private network").reason == "10.0.0.1 is a private network"


@given(st.ip_addresses(v=4))
def test_every_spelling_of_an_address_is_the_address(address: IPv4Address) -> None:
    number = int(address)
    a, b, c, d = address.packed
    spellings = [str(number), hex(number), f"0{number:o}", f"{a}.{number & 0xFFFFFF}", f"0{a:o}.{b:#x}.{c << 8 | d}"]
    assert {literal_address(spelling) for spelling in spellings} == {address}


@given(st.text(max_size=40))
def test_any_text_is_refused_or_not_but_never_an_error(text: str) -> None:
    for url in (text, "http://" + text, "http://[" + text):
        assert PUBLIC_ONLY.refuse_url(url) is None or isinstance(PUBLIC_ONLY.refuse_url(url), str)
    assert PUBLIC_ONLY.refusal(text) is None or isinstance(PUBLIC_ONLY.refusal(text), str)


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6))
def test_what_the_standard_library_calls_private_is_refused(address: IPv4Address | IPv6Address) -> None:
    if not address.is_global or address.is_multicast:
        carried = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        assert PUBLIC_ONLY.refusal(address) or (carried and carried.is_global)
