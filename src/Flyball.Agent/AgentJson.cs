using System.Text.Json.Serialization;
using Flyball.Agent.Allocations;
using Flyball.Agent.Sessions.Http;
using Flyball.Contracts.Agent;

namespace Flyball.Agent;

/// <summary>The agent's own files and answers as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(AllocationRecord))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(WorkloadLine))]
[JsonSerializable(typeof(Node[]))]
[JsonSerializable(typeof(AllocationUsage[]))]
[JsonSerializable(typeof(ServiceLinks.LinkAddress[]))]
[JsonSerializable(typeof(SortedDictionary<string, Flyball.Contracts.Discovery.Endpoint>))]
[JsonSerializable(typeof(Flyball.Contracts.Scheduling.TaskSpec))]
internal sealed partial class AgentJson : JsonSerializerContext;
