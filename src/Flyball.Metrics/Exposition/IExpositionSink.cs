namespace Flyball.Metrics.Exposition;

/// <summary>
/// Takes what a parser finds, in the order of the body. Spans are valid during the call only. A method returns false to
/// end the parsing: either its own affair, or after <see cref="ExpositionSample.Fail"/>, which becomes the error.
/// </summary>
internal interface IExpositionSink
{
    /// <summary>One sample; its labels are not decoded yet, so that a sink that knows the series need not.</summary>
    bool Sample(ref ExpositionSample sample);

    /// <summary>One line about a metric family; <paramref name="text"/> is unescaped.</summary>
    void Metadata(ReadOnlySpan<byte> family, MetadataField field, MetricType type, ReadOnlySpan<byte> text);

    /// <summary>The samples of a family are over, so its <c>_created</c> lines are known.</summary>
    void EndFamily();
}
