using System.Net;
using System.Text;
using CsCheck;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Security.Addresses;

namespace Flyball.Gateway.Tests.Security;

public sealed class AddressTests
{
    private static AddressSet Set(params string[] entries) =>
        AddressSet.Parse(entries, out _) ?? throw new ArgumentException("Not a list.");

    [Theory]
    [InlineData("10.0.0.0/8", "10.255.0.1", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("10.1.2.3/8", "10.9.9.9", true)]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("::/0", "203.0.113.9", true)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.1.1", true)]
    [InlineData("::ffff:10.0.0.0/104", "10.1.1.1", true)]
    public void Contains_AnAddress_IsTheNetworksAnswer(string network, string address, bool inside) =>
        Assert.Equal(inside, Set(network).Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0/8")]
    [InlineData("10")]
    [InlineData("::1/129")]
    [InlineData("fe80::1%1")]
    [InlineData("example.com")]
    [InlineData("")]
    public void Parse_WhatIsNoNetwork_IsRefusedByName(string entry)
    {
        Assert.Null(AddressSet.Parse(["10.0.0.0/8", entry], out string? bad));
        Assert.Equal(entry, bad);
    }

    [Fact]
    public void Contains_ManyNetworks_AgreesWithTheLibrary() =>
        Gen.Select(
            Gen.Select(Gen.UInt, Gen.Int[0, 32]).Array[0, 40], Gen.UInt.Array[1, 60]).Sample((networks, addresses) =>
        {
            IPNetwork[] parsed =
            [
                .. networks.Select(one => IPNetwork.Parse(
                    $"{new IPAddress(one.Item1 & Mask(one.Item2))}/{one.Item2}")),
            ];
            AddressSet set = Set([.. parsed.Select(network => network.ToString())]);
            foreach (IPAddress address in addresses.Select(number => new IPAddress(number))
                .Concat(parsed.Select(network => network.BaseAddress)))
            {
                Assert.Equal(Array.Exists(parsed, network => network.Contains(address)), set.Contains(address));
            }
        });

    /// <summary>The library's addresses have their first byte in the lowest place.</summary>
    private static uint Mask(int length)
    {
        uint mask = length == 0 ? 0 : uint.MaxValue << (32 - length);
        return System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(mask);
    }

    [Theory]
    [InlineData("10.0.0.1", null, "203.0.113.9", true)]
    [InlineData("10.0.0.1", "10.0.0.0/8", "10.0.0.1", false)]
    [InlineData("10.0.0.0/8", "10.1.0.0/16", "10.1.0.1", false)]
    [InlineData("10.0.0.0/8", "10.1.0.0/16", "10.2.0.1", true)]
    public void Rules_AllowAndDeny_DenyHasTheLastWord(string allow, string? deny, string client, bool passes)
    {
        bool hasAllow = deny is not null || !passes;
        var rules = new AddressRules(new RouteAddresses
        {
            Allow = hasAllow ? [allow] : null, Deny = deny is null ? null : [deny],
        });

        Assert.Equal(passes, rules.Lets(IPAddress.Parse(client)));
    }

    [Fact]
    public void Rules_ThatCannotBeRead_LetNobodyIn()
    {
        Assert.False(new AddressRules(new RouteAddresses { Allow = ["x"] }).Lets(IPAddress.Loopback));
        Assert.False(new AddressRules(new RouteAddresses { Deny = ["x"] }).Lets(IPAddress.Loopback));
        Assert.False(new AddressRules(new RouteAddresses { Allow = ["0.0.0.0/0"] }).Lets(null));
    }

    [Theory]
    [InlineData("192.0.2.1", "1.1.1.1", "192.0.2.1")]
    [InlineData("10.0.0.1", "1.1.1.1", "1.1.1.1")]
    [InlineData("10.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1")]
    [InlineData("10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2", "1.1.1.1")]
    [InlineData("10.0.0.1", "6.6.6.6,1.1.1.1:4711 ,\t10.0.0.2", "1.1.1.1")]
    [InlineData("10.0.0.1", "2001:db8::7", "2001:db8::7")]
    [InlineData("10.0.0.1", "[2001:db8::7]:99", "2001:db8::7")]
    [InlineData("10.0.0.1", "1.1.1.1, unknown", "10.0.0.1")]
    [InlineData("10.0.0.1", "1.1.1.1, ,10.0.0.2", "10.0.0.2")]
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    [InlineData("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3")]
    public void Forwarded_ThroughTrustedProxies_IsTheFirstOtherFromTheEnd(string peer, string header, string client) =>
        Assert.Equal(
            IPAddress.Parse(client),
            ForwardedClient.Of(IPAddress.Parse(peer), Encoding.ASCII.GetBytes(header), Set("10.0.0.0/8")));

    [Fact]
    public void Forwarded_AnyBytes_NeverTrustsWhatNoProxySaid() =>
        Gen.Byte.Array[0, 80].Sample(bytes =>
        {
            IPAddress peer = IPAddress.Parse("192.0.2.1");
            Assert.Equal(peer, ForwardedClient.Of(peer, bytes, Set("10.0.0.0/8")));
            ForwardedClient.Of(IPAddress.Parse("10.0.0.1"), bytes, Set("10.0.0.0/8"));
        });
}
