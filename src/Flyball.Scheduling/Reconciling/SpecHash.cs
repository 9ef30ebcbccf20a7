using System.Security.Cryptography;
using System.Text.Json;
using Flyball.Contracts;
using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Reconciling;

/// <summary>SHA-256 of a task's JSON, in lower-case hex: equal specs are one version.</summary>
internal static class SpecHash
{
    public static string Of(TaskSpec task) =>
        Convert.ToHexStringLower(
            SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(task, ContractsJson.Default.TaskSpec)));
}
