using System.Net;
using System.Security.Cryptography;
using System.Text;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Indexing;

/// <summary>A node as clients see it; immutable.</summary>
internal sealed record NodeView(string Name, string Address)
{
    /// <summary>A UUID.</summary>
    public required string Id { get; init; }

    public IReadOnlyDictionary<string, string> Meta { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string>? TaggedAddresses { get; init; }

    public IReadOnlyList<InstanceCheck> Checks { get; init; } = [];

    public long CreateIndex { get; init; }

    public long ModifyIndex { get; init; }

    public CheckStatus Status => Checks.Count == 0 ? CheckStatus.Passing : Checks.Max(check => check.Status);

    /// <summary>The address as bytes, 4 or 16; none when it is a host's name.</summary>
    public byte[] Bytes { get; } = BytesOf(Address);

    public static byte[] BytesOf(string address) =>
        IPAddress.TryParse(address, out IPAddress? parsed) ? parsed.GetAddressBytes() : [];

    /// <summary>Nodes that come without a UUID have this one, the same at every start.</summary>
    public static string IdOf(string name)
    {
        Span<byte> bytes = SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16);
        return new Guid(bytes).ToString();
    }
}
