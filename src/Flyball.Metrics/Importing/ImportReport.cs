namespace Flyball.Metrics.Importing;

/// <summary>What an import brought.</summary>
internal sealed record ImportReport
{
    /// <summary>What is wrong with the file, with line and column; null when all of it was read.</summary>
    public string? Problem { get; init; }

    /// <summary>Samples in blocks.</summary>
    public long Samples { get; init; }

    public int Blocks { get; init; }

    /// <summary>Exemplars that are new in the store.</summary>
    public long Exemplars { get; init; }

    /// <summary>Exemplars left out because the store keeps no more.</summary>
    public long ExemplarsLeftOut { get; init; }

    /// <summary>Samples left out because the head holds their range: send those by remote write.</summary>
    public long TooNew { get; init; }

    /// <summary>Samples left out because their series has a sample at that time in the file already.</summary>
    public long Repeated { get; init; }
}
