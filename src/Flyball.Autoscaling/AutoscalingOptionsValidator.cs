using System.Globalization;
using Microsoft.Extensions.Options;

namespace Flyball.Autoscaling;

/// <summary>Collects every problem and names each option.</summary>
internal sealed class AutoscalingOptionsValidator : IValidateOptions<AutoscalingOptions>
{
    public ValidateOptionsResult Validate(string? name, AutoscalingOptions options)
    {
        var problems = new List<string>();
        Check(nameof(options.Interval), options.Interval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Check(nameof(options.Window), options.Window, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(30));
        Check(nameof(options.History), options.History, TimeSpan.Zero, TimeSpan.FromDays(35));
        Check(nameof(options.LeaseDuration), options.LeaseDuration, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Check(string key, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{key}: must be from {least} to {most}."));
        }
    }
}
