namespace Flyball.Gateway.Resilience;

/// <summary>Where requests find an endpoint, or wait for one.</summary>
internal interface IRoom
{
    /// <summary>There is an endpoint for one more, as far as can be told without taking it.</summary>
    bool HasRoom { get; }
}
