namespace Flyball.Metrics.Storage;

/// <summary>What became of a batch. Used again with its batch.</summary>
internal sealed class AppendReport
{
    private readonly int[] _refused = new int[Enum.GetValues<SampleRefusal>().Length];
    private string? _firstDetail;

    /// <summary>Samples, histograms and exemplars that were taken or were there already.</summary>
    public int Accepted { get; set; }

    /// <summary>Histograms among <see cref="Accepted"/>.</summary>
    public int AcceptedHistograms { get; set; }

    /// <summary>Exemplars among <see cref="Accepted"/>.</summary>
    public int AcceptedExemplars { get; set; }

    /// <summary>Plain samples among <see cref="Accepted"/>.</summary>
    public int AcceptedSamples => Accepted - AcceptedHistograms - AcceptedExemplars;

    /// <summary>Samples, histograms and exemplars that were refused for any reason.</summary>
    public int Refused { get; private set; }

    /// <summary>Whether nothing was refused so far: the detail of the next refusal is the one that is told.</summary>
    public bool IsFirst => FirstRefusal == SampleRefusal.None;

    /// <summary>The reason and the labels of the first refusal, for the answer to the sender.</summary>
    public SampleRefusal FirstRefusal { get; private set; }

    /// <summary>The first refusal by name, with what is known about it in brackets.</summary>
    public string FirstReason => _firstDetail is null ? $"{FirstRefusal}" : $"{FirstRefusal} ({_firstDetail})";

    /// <summary>Index in the batch of the series that was refused first.</summary>
    public int FirstRefusedSeries { get; private set; } = -1;

    public int this[SampleRefusal refusal] => _refused[(int)refusal];

    public void Clear()
    {
        Array.Clear(_refused);
        (Accepted, AcceptedHistograms, AcceptedExemplars) = (0, 0, 0);
        (Refused, FirstRefusal, FirstRefusedSeries, _firstDetail) = (0, SampleRefusal.None, -1, null);
    }

    /// <param name="refusal">Why.</param>
    /// <param name="series">Index in the batch of the series.</param>
    /// <param name="count">How many samples, histograms and exemplars.</param>
    /// <param name="detail">What the sender should know beside the reason's name.</param>
    public void Refuse(SampleRefusal refusal, int series, int count = 1, string? detail = null)
    {
        if (count == 0) return;
        if (IsFirst)
            (FirstRefusal, FirstRefusedSeries, _firstDetail) = (refusal, series, detail);
        _refused[(int)refusal] += count;
        Refused += count;
    }
}
