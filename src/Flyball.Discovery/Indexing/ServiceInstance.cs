using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Indexing;

/// <summary>One instance of a service as clients see it, whether registered or an allocation's; immutable.</summary>
internal sealed class ServiceInstance
{
    private byte[]? bytes;

    /// <summary>Orders and names the instance within the index.</summary>
    public required string Key { get; init; }

    /// <summary>Where it is not what stands in the key behind the node's name and a slash.</summary>
    public string? OwnId { get; init; }

    public string Id => OwnId ?? Key[(Node.Key.Length - NodeIndex.NamePrefix.Length + 1)..];

    public required string Service { get; init; }

    public required NodeEntry Node { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyDictionary<string, string>? Meta { get; init; }

    /// <summary>Empty for the node's.</summary>
    public string Address { get; init; } = "";

    public int Port { get; init; }

    public IReadOnlyDictionary<string, TaggedAddress>? TaggedAddresses { get; init; }

    public int WeightPassing { get; init; } = 1;

    public int WeightWarning { get; init; } = 1;

    public bool EnableTagOverride { get; init; }

    public bool IsRegistered { get; init; }

    /// <summary>Registered with the agent.</summary>
    public bool IsByAgent { get; init; }

    /// <summary>Of the instance alone, without its node's.</summary>
    public InstanceCheck[] Checks { get; init; } = [];

    public long CreateIndex { get; init; }

    public long ModifyIndex { get; init; }

    public string ReachedAt => Address.Length > 0 ? Address : Node.View.Address;

    /// <summary>The address as bytes, 4 or 16; none when it is a host's name.</summary>
    public byte[] Bytes => Address.Length == 0 ? Node.View.Bytes : bytes ??= NodeView.BytesOf(Address);

    /// <summary>The worst of its own checks.</summary>
    public CheckStatus OwnStatus
    {
        get
        {
            CheckStatus worst = CheckStatus.Passing;
            foreach (InstanceCheck check in Checks)
                if (check.Status > worst) worst = check.Status;
            return worst;
        }
    }

    /// <summary>The worst of its own checks and its node's.</summary>
    public CheckStatus Status
    {
        get
        {
            CheckStatus own = OwnStatus;
            CheckStatus node = Node.View.Status;
            return own > node ? own : node;
        }
    }

    public bool HasTag(string tag) => Tags.Contains(tag, StringComparer.OrdinalIgnoreCase);
}
