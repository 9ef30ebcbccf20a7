using System.Text.Json.Serialization;

namespace Flyball.Cli.Doctor;

/// <summary>What one check found, and what to do about it.</summary>
internal sealed record Finding(string Check, FindingLevel Level, string Message, string Remedy = "");

/// <summary>How much a finding matters.</summary>
internal enum FindingLevel
{
    Good,

    /// <summary>Works, but not all of it.</summary>
    Note,

    /// <summary>Something will not work.</summary>
    Problem,
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(List<Finding>))]
internal sealed partial class FindingJson : JsonSerializerContext;
