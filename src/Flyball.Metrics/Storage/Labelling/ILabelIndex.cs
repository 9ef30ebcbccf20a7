namespace Flyball.Metrics.Storage.Labelling;

/// <summary>
/// What selecting series needs to know of the head or of a block: pairs of label name and value, by number.
/// </summary>
internal interface ILabelIndex
{
    /// <summary>Series at most.</summary>
    int SeriesCount { get; }

    /// <summary>All series, ascending.</summary>
    int[] AllSeries();

    /// <summary>The number of a pair, or -1.</summary>
    int FindPair(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);

    /// <summary>All pairs of a label name.</summary>
    int[] PairsOf(ReadOnlySpan<byte> name);

    /// <summary>Pairs of a name whose values start with a prefix; more is allowed, less is not.</summary>
    int[] PairsOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix);

    /// <summary>The value of a pair.</summary>
    ReadOnlySpan<byte> ValueOf(int pair);

    /// <summary>How many series have a pair.</summary>
    int CountOf(int pair);

    /// <summary>The series that have a pair, ascending.</summary>
    int[] SeriesOf(int pair);

    /// <summary>The pairs of a series.</summary>
    int PairsOfSeries(int series, Span<int> destination);
}
