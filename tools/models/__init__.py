"""Makes the models that this repository does not carry: `make models`.

The nudity model is the one inside the npm package nsfwjs (MIT). Its weights are
JavaScript files for the browser; here they become a file in the ONNX format,
without TensorFlow, which is then checked against the original's own scores.
"""
