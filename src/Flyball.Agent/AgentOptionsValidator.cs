using Microsoft.Extensions.Options;

namespace Flyball.Agent;

/// <summary>Collects every problem of the options and names each key.</summary>
internal sealed class AgentOptionsValidator : IValidateOptions<AgentOptions>
{
    public ValidateOptionsResult Validate(string? name, AgentOptions options)
    {
        var problems = new List<string>();
        if (!Path.IsPathRooted(options.DataDirectory)) problems.Add("DataDirectory: must be an absolute path.");
        if (!System.Net.IPAddress.TryParse(options.Address, out _)) problems.Add("Address: must be an IP address.");
        Ports(problems, "TaskPort", options.TaskPortMin, options.TaskPortMax);
        Ports(problems, "LinkPort", options.LinkPortMin, options.LinkPortMax);
        if (options.TaskPortMin <= options.LinkPortMax && options.LinkPortMin <= options.TaskPortMax)
            problems.Add("LinkPortMin: the ranges of task ports and link ports must not overlap.");
        Positive(problems, nameof(options.LinkConnectionsMax), options.LinkConnectionsMax);
        Positive(problems, nameof(options.LogFilesMax), options.LogFilesMax);
        Positive(problems, nameof(options.DataStreamsMax), options.DataStreamsMax);
        Positive(problems, nameof(options.AllocationsMax), options.AllocationsMax);
        if (options.LogFileBytesMax < 64 * 1024) problems.Add("LogFileBytesMax: must be at least 65536.");
        if (options.OtlpConnectionsMax < 1) problems.Add("OtlpConnectionsMax: must be at least 1.");
        if (options.TelemetryInterval < TimeSpan.FromMilliseconds(100))
            problems.Add("TelemetryInterval: must be at least 100 ms.");
        if (options.TelemetryBufferBytesMax < AgentOptions.TelemetryBufferBytesMin)
            problems.Add($"TelemetryBufferBytesMax: must be at least {AgentOptions.TelemetryBufferBytesMin}.");
        if (options.TelemetryMemoryBytesMax < 8 << 20)
            problems.Add("TelemetryMemoryBytesMax: must be at least 8388608.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void Ports(List<string> problems, string key, int min, int max)
    {
        if (min is < 1 or > 65_535) problems.Add($"{key}Min: must be 1 to 65535.");
        if (max is < 1 or > 65_535 || max < min) problems.Add($"{key}Max: must be {key}Min to 65535.");
    }

    private static void Positive(List<string> problems, string key, int value)
    {
        if (value < 1) problems.Add($"{key}: must be at least 1.");
    }
}
