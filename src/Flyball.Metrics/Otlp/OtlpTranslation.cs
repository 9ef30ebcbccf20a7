namespace Flyball.Metrics.Otlp;

/// <summary>How OTLP's names become names here, by Prometheus' names for the ways.</summary>
internal enum OtlpTranslation
{
    /// <summary>Letters, digits and underscores; unit and <c>_total</c> behind the name.</summary>
    UnderscoreEscapingWithSuffixes,

    /// <summary>Letters, digits and underscores, and nothing behind the name.</summary>
    UnderscoreEscapingWithoutSuffixes,

    /// <summary>The name as it is; unit and <c>_total</c> behind it.</summary>
    NoUTF8EscapingWithSuffixes,

    /// <summary>The name as it is.</summary>
    NoTranslation,
}
