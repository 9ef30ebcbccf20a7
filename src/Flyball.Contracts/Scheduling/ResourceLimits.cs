namespace Flyball.Contracts.Scheduling;

/// <summary>What one allocation may use at most, and what placement sets aside for it.</summary>
public sealed record ResourceLimits
{
    /// <summary>CPU cores at most (<c>0.5</c> is half a core); null for no limit.</summary>
    public double? CpuLimit { get; init; }

    /// <summary>Memory at most, in bytes; null for no limit.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>CPU cores set aside; null: nothing.</summary>
    public double? CpuReservation { get; init; }

    /// <summary>Memory set aside, in bytes; null: nothing.</summary>
    public long? MemoryReservationBytes { get; init; }

    /// <summary>Processes and threads at most; null for the default of 4,096.</summary>
    public int? PidsLimit { get; init; }

    /// <summary><c>/dev/shm</c> in bytes; null for the engine's default.</summary>
    public long? ShmSizeBytes { get; init; }

    /// <summary>Ulimits by name, as <c>soft:hard</c>.</summary>
    public SortedDictionary<string, string> Ulimits { get; set; } = new(StringComparer.Ordinal);
}
