namespace Flyball.Scheduling.Workloads.Applying;

/// <summary>A file by name; its content as text, or as base 64 when it is not UTF-8.</summary>
internal sealed record ApplyFile(string Name, string? Text = null, byte[]? Base64 = null);
