using Flyball.Apis.Reading;
using Microsoft.Extensions.Options;

namespace Flyball.Apis;

/// <summary>Collects every problem of the options and names each key.</summary>
internal sealed class ApisOptionsValidator : IValidateOptions<ApisOptions>
{
    public ValidateOptionsResult Validate(string? name, ApisOptions options)
    {
        string[] problems = [.. Problems(options)];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(ApisOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Holder)) yield return "Holder must not be empty.";
        if (options.DocumentBytesMax is < 1 or > ReadLimits.BytesMax)
            yield return $"DocumentBytesMax must be from 1 to {ReadLimits.BytesMax}.";
        if (options.FetchTimeout <= TimeSpan.Zero) yield return "FetchTimeout must be positive.";
        if (options.LeaseDuration < options.FetchTimeout * 2)
            yield return "LeaseDuration must be twice FetchTimeout at least: it has to outlive a look.";
        if (options.Interval <= TimeSpan.Zero) yield return "Interval must be positive.";
        if (options.RetryDelay <= TimeSpan.Zero) yield return "RetryDelay must be positive.";
        if (options.RetryDelayMax < options.RetryDelay) yield return "RetryDelayMax must be at least RetryDelay.";
        if (options.FetchesMax < 1) yield return "FetchesMax must be at least 1.";
        if (options.VersionsKept < 1) yield return "VersionsKept must be at least 1.";
        if (options.IndexesMax < 1) yield return "IndexesMax must be at least 1.";
        if (options.IndexLettersMax < 1) yield return "IndexLettersMax must be at least 1.";
        if (options.ReadersMax < 1) yield return "ReadersMax must be at least 1.";
    }
}
