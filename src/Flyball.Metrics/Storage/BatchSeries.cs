namespace Flyball.Metrics.Storage;

/// <summary>One series of a <see cref="SampleBatch"/>: a range of its text and where its columns start.</summary>
internal struct BatchSeries
{
    /// <summary>Hash of the label bytes.</summary>
    public UInt128 Key;
    public int LabelsAt;
    public int LabelsSize;
    public int FirstSample;
    public int FirstHistogram;
    public int FirstExemplar;
}
