namespace Flyball.Metrics.Storage.Blocks;

/// <summary>The regions of a block behind its chunks.</summary>
internal enum BlockRegion
{
    /// <summary>An entry a series: hash, pairs, chunks.</summary>
    Series,

    /// <summary>Where each entry starts, four bytes each.</summary>
    SeriesOffsets,

    /// <summary>Label names and values, each once.</summary>
    Symbols,

    /// <summary>Series of each pair.</summary>
    Postings,

    /// <summary>Per pair: name, value, postings, count; four bytes each.</summary>
    Pairs,

    /// <summary>Label names in byte order, each with its pairs in the order of their values.</summary>
    Names,
}
