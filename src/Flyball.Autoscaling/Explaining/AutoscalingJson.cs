using System.Text.Json.Serialization;

namespace Flyball.Autoscaling.Explaining;

/// <summary>How the module's API looks as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<ScalingRow>))]
[JsonSerializable(typeof(ScalingDetail))]
[JsonSerializable(typeof(AdviceAnswer))]
[JsonSerializable(typeof(AutoscalingProblem))]
internal sealed partial class AutoscalingJson : JsonSerializerContext;

/// <summary>Why a request has no answer, as RFC 9457 has it.</summary>
internal sealed record AutoscalingProblem(string Title, int Status, string Detail);
