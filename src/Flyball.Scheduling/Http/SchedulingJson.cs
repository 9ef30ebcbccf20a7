using System.Text.Json.Serialization;
using Flyball.Scheduling.Workloads.Applying;
using Flyball.Scheduling.Workloads.Changing;
using Flyball.Scheduling.Workloads.Explaining;
using Flyball.Scheduling.Workloads.Listing;

namespace Flyball.Scheduling.Http;

/// <summary>How the module's API looks as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ApiProblem))]
[JsonSerializable(typeof(ApplyBody))]
[JsonSerializable(typeof(ApplyAnswer))]
[JsonSerializable(typeof(InspectAnswer))]
[JsonSerializable(typeof(ScaleBody))]
[JsonSerializable(typeof(ChangeAnswer))]
[JsonSerializable(typeof(RemoveAnswer))]
[JsonSerializable(typeof(IReadOnlyList<WorkloadRow>))]
[JsonSerializable(typeof(WorkloadDetail))]
[JsonSerializable(typeof(IReadOnlyList<AllocationRow>))]
[JsonSerializable(typeof(AllocationRow))]
[JsonSerializable(typeof(WhyAnswer))]
internal sealed partial class SchedulingJson : JsonSerializerContext;
