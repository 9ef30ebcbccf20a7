namespace Flyball.Metrics.Scraping.Ingestion;

/// <summary>What a target's cache knows of one series in the spelling of its body.</summary>
internal struct CachedSeries
{
    /// <summary>Hash of the spelling.</summary>
    public UInt128 Key;

    /// <summary>Hash of the labels after relabelling: two spellings may be one series.</summary>
    public UInt128 LabelsKey;

    public int LabelsAt;
    public int LabelsSize;

    /// <summary>The number of the scrape that brought it last.</summary>
    public long SeenIn;

    /// <summary>The number of the scrape that brought it before that.</summary>
    public long SeenBefore;

    /// <summary>Hash of the exemplar's text that came last.</summary>
    public ulong ExemplarKey;

    /// <summary>Hash of family and labels without le and quantile: finds the line that tells when it began.</summary>
    public ulong StartKey;

    public bool IsUsed;

    /// <summary>Relabelling drops it: kept so that it need not be decoded again.</summary>
    public bool IsDropped;

    /// <summary>It tells when others began: <c>_created</c>.</summary>
    public bool IsStart;

    /// <summary>It ends with a marker when it is no longer brought.</summary>
    public bool IsTracked;
}
