namespace Flyball.Discovery.Registrations;

/// <summary>A write of one key, with its conditions.</summary>
internal sealed record KvWrite
{
    public required string Key { get; init; }

    public byte[] Value { get; set; } = [];

    public ulong Flags { get; init; }

    /// <summary>Only if the key stands at this index; 0: only if it does not exist. Null for no condition.</summary>
    public long? ExpectedIndex { get; init; }

    /// <summary>Takes the lock for this session.</summary>
    public string? Acquire { get; init; }

    /// <summary>Gives the lock of this session up.</summary>
    public string? Release { get; init; }
}
