using Flyball.Base.Resources;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Apis;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Security;
using Flyball.Contracts.Scheduling;

namespace Flyball.Contracts;

/// <summary>Every kind of watched resource and its one writer.</summary>
public static class Kinds
{
    /// <summary>Writer: the API.</summary>
    public static readonly ResourceKind<Workload> Workload = new("workload", ContractsJson.Default.Workload);

    /// <summary>Writer: Scheduling.</summary>
    public static readonly ResourceKind<WorkloadVersion> Version = new(
        "version", ContractsJson.Default.WorkloadVersion);

    /// <summary>Writer: Scheduling.</summary>
    public static readonly ResourceKind<Rollout> Rollout = new("rollout", ContractsJson.Default.Rollout);

    /// <summary>Writer: Autoscaling or the user.</summary>
    public static readonly ResourceKind<Scale> Scale = new("scale", ContractsJson.Default.Scale);

    /// <summary>Writer: the API.</summary>
    public static readonly ResourceKind<ScalePolicy> ScalePolicy = new(
        "scale-policy", ContractsJson.Default.ScalePolicy);

    /// <summary>Writer: Scheduling.</summary>
    public static readonly ResourceKind<Allocation> Allocation = new("allocation", ContractsJson.Default.Allocation);

    /// <summary>Writer: the agent's session.</summary>
    public static readonly ResourceKind<AllocationStatus> AllocationStatus = new(
        "allocation-status", ContractsJson.Default.AllocationStatus);

    /// <summary>Writer: the agent's session.</summary>
    public static readonly ResourceKind<Node> Node = new("node", ContractsJson.Default.Node);

    /// <summary>Writer: Discovery.</summary>
    public static readonly ResourceKind<Endpoint> Endpoint = new("endpoint", ContractsJson.Default.Endpoint);

    /// <summary>Writer: the API.</summary>
    public static readonly ResourceKind<Route> Route = new("route", ContractsJson.Default.Route);

    /// <summary>Writer: the API.</summary>
    public static readonly ResourceKind<ApiSource> ApiSource = new("api-source", ContractsJson.Default.ApiSource);

    /// <summary>Writer: the server that holds the lease <c>apis</c>.</summary>
    public static readonly ResourceKind<ApiDocument> ApiDocument = new(
        "api-document", ContractsJson.Default.ApiDocument);

    /// <summary>Writer: the gateway's session.</summary>
    public static readonly ResourceKind<GatewayStatus> GatewayStatus = new(
        "gateway-status", ContractsJson.Default.GatewayStatus);

    /// <summary>Writer: the API. Not for everybody: it holds hashes of passwords.</summary>
    public static readonly ResourceKind<Consumer> Consumer = new("consumer", ContractsJson.Default.Consumer);

    /// <summary>
    /// Writer: the server that holds the lease <c>certificates</c>. Not for everybody: it holds keys.
    /// </summary>
    public static readonly ResourceKind<Certificate> Certificate = new(
        "certificate", ContractsJson.Default.Certificate);

    /// <summary>Writer: the server that holds the lease <c>certificates</c>.</summary>
    public static readonly ResourceKind<AcmeChallenge> AcmeChallenge = new(
        "acme-challenge", ContractsJson.Default.AcmeChallenge);

    /// <summary>Kinds that only gateways need: no watch carries them unless it asks for them by name.</summary>
    public static IReadOnlyList<string> Confidential { get; } = [Consumer.Name, Certificate.Name];
}
