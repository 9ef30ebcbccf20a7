namespace Flyball.Discovery.Sidecar.Using;

/// <summary>An instance as the catalogue tells it and as it is kept on disk.</summary>
/// <param name="Address">Numeric.</param>
/// <param name="Port">1 to 65,535.</param>
/// <param name="Weight">From 1.</param>
/// <param name="IsCritical">The catalogue says that it fails: tried when nothing else is there.</param>
internal sealed record BackEndPlace(string Address, int Port, int Weight, bool IsCritical);
