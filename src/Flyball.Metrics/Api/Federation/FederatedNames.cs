using Flyball.Metrics.Model;

namespace Flyball.Metrics.Api.Federation;

/// <summary>Names for clients that do not understand all of UTF-8.</summary>
internal static class FederatedNames
{
    /// <summary>The name with underscores for what a name could not have before Prometheus 3.</summary>
    public static string Underscored(string name)
    {
        if (LabelNames.IsPlainMetric(name)) return name;
        string kept = string.Concat(name.Select(
            letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or ':' ? letter : '_'));
        return char.IsAsciiDigit(name[0]) ? "_" + kept : kept;
    }
}
