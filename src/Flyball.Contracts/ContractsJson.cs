using System.Text.Json.Serialization;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Apis;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Security;
using Flyball.Contracts.Journal;
using Flyball.Contracts.Scheduling;

namespace Flyball.Contracts;

/// <summary>
/// How contract records look as JSON, in the store and over the API: camel case, enums by name. Properties with a
/// default are <c>set</c>, not <c>init</c>: generated code passes init properties like constructor arguments, so one
/// that is absent from older data would become null instead of its default. Nobody sets them after construction.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Workload))]
[JsonSerializable(typeof(WorkloadVersion))]
[JsonSerializable(typeof(Rollout))]
[JsonSerializable(typeof(Scale))]
[JsonSerializable(typeof(ScalePolicy))]
[JsonSerializable(typeof(Allocation))]
[JsonSerializable(typeof(AllocationStatus))]
[JsonSerializable(typeof(AllocationUsage))]
[JsonSerializable(typeof(Node))]
[JsonSerializable(typeof(Endpoint))]
[JsonSerializable(typeof(Route))]
[JsonSerializable(typeof(GatewayStatus))]
[JsonSerializable(typeof(Consumer))]
[JsonSerializable(typeof(Certificate))]
[JsonSerializable(typeof(AcmeChallenge))]
[JsonSerializable(typeof(ApiSource))]
[JsonSerializable(typeof(ApiDocument))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(Event))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(LogLine))]
public sealed partial class ContractsJson : JsonSerializerContext;
