using System.Net;
using Flyball.Discovery.Dns;

namespace Flyball.Discovery.Sources;

/// <summary>A record of an answer that a source understands: an address, or a service's place.</summary>
internal sealed record DnsRecord(string Name, DnsType Type, TimeSpan Ttl)
{
    /// <summary>Of A and AAAA.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Of SRV, and of CNAME; in lower case, without a dot at its end.</summary>
    public string Target { get; init; } = "";

    public int Priority { get; init; }

    public int Weight { get; init; }

    public int Port { get; init; }
}
