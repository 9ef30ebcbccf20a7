namespace Flyball.Metrics.Storage.Labelling;

/// <summary>How the label bytes of a batch are laid out.</summary>
internal enum LabelForm
{
    /// <summary>Name length, name, value length, value, and so on; lengths are varints.</summary>
    Plain = 0,

    /// <summary>
    /// The <c>labels</c> fields of a remote-write 1.0 <c>TimeSeries</c> as they came: field 1, each with name and
    /// value.
    /// </summary>
    Protobuf = 1,
}
