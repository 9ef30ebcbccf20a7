using Microsoft.Extensions.Options;

namespace Flyball.Scheduling;

/// <summary>Names every option that cannot be used, all at once.</summary>
internal sealed class SchedulingOptionsValidator : IValidateOptions<SchedulingOptions>
{
    public ValidateOptionsResult Validate(string? name, SchedulingOptions options)
    {
        var problems = new List<string>();
        if (!Path.IsPathFullyQualified(options.DataDirectory)) problems.Add("DataDirectory: must be an absolute path.");
        Positive(nameof(options.DrainTimeout), options.DrainTimeout, zero: true);
        Positive(nameof(options.ReplacementDelay), options.ReplacementDelay);
        Positive(nameof(options.LeaseDuration), options.LeaseDuration);
        if (options.ReplacementDelayMax < options.ReplacementDelay)
            problems.Add("ReplacementDelayMax: must not be less than ReplacementDelay.");
        if (options.VersionHistory is < 1 or > 1000) problems.Add("VersionHistory: must be 1 to 1000.");
        if (options.PassWorkloadsMax is < 1 or > 10_000) problems.Add("PassWorkloadsMax: must be 1 to 10000.");
        if (options.ManifestBytesMax < 1) problems.Add("ManifestBytesMax: must be positive.");
        if (options.BlobBytesMax < 1) problems.Add("BlobBytesMax: must be positive.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Positive(string key, TimeSpan value, bool zero = false)
        {
            if (value > TimeSpan.FromDays(1)) problems.Add($"{key}: must be at most one day.");
            if (value < TimeSpan.Zero || (value == TimeSpan.Zero && !zero)) problems.Add($"{key}: must be positive.");
        }
    }
}
