namespace Flyball.Metrics.Otlp;

/// <summary>How a JSON property becomes a protobuf field.</summary>
/// <param name="Number">Of the field.</param>
/// <param name="Kind">Of its value.</param>
/// <param name="Message">The fields of its message, for <see cref="OtlpFieldKind.Message"/>.</param>
internal sealed record OtlpField(
    int Number, OtlpFieldKind Kind, Func<Dictionary<string, OtlpField>>? Message = null);
