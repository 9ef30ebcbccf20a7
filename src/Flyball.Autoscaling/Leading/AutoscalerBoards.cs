using Flyball.Autoscaling.Activation;

namespace Flyball.Autoscaling.Leading;

/// <summary>What this server shows of its decisions, and what gateways tell it.</summary>
internal sealed record AutoscalerBoards(ScalingBoard Decided, ActivationBoard Asked);
