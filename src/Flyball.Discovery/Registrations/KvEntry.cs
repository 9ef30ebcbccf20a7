namespace Flyball.Discovery.Registrations;

/// <summary>A key with its value; written by <see cref="KvStore"/> only. Named by its key.</summary>
internal sealed record KvEntry
{
    public int Format { get; set; } = 1;

    public required string Key { get; init; }

    public byte[] Value { get; set; } = [];

    /// <summary>A client's own number.</summary>
    public ulong Flags { get; init; }

    /// <summary>The session that holds the lock; null for none.</summary>
    public string? Session { get; init; }

    /// <summary>How often the lock was acquired.</summary>
    public long LockIndex { get; init; }

    /// <summary>The revision of its first version; 0 in that version itself.</summary>
    public long CreatedRevision { get; init; }
}
